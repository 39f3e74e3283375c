"""What each process of the tree does, a file for each: whoever runs one role alone imports nothing of the others."""
