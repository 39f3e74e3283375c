"""What a tenant's sessions, agents and people share: values by name, in versions that can be merged and are never lost."""
