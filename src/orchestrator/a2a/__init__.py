"""The server face for A2A: every agent of a tenant answers the Agent2Agent protocol, and a task of it is a session."""
