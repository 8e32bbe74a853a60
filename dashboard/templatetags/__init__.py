"""Tags of the pages that read across apps."""
