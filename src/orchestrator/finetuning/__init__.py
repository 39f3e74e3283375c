"""Finished, verified work becomes training data, tuned models, and a choice of models by proof."""
