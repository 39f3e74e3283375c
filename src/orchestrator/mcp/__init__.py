"""The standard face for other programs' agents, and for those of our own sessions: tools over the Model Context Protocol."""
