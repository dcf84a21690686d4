"""Publishing chosen conversations, and nothing else: `pipeline` tells how."""
