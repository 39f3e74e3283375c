"""Who does the work: the tenant's agents in their versions, what they have proved, and which one a piece of work goes to."""
