"""Where a site is published: what hosts are told, what they can take, and what they show to a stranger."""
