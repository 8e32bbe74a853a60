"""Pages that read across apps: Home, and the audit trail."""
