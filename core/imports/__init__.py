"""Lists on their way in, the same for every app: read, looked at, imported as a whole or not at all.

`reading` and `preview` are pure; `models` are the abstract rows of an upload; `forms` and `pages` what
a view needs. The verbs stand in activity/actions/imports.py, since they write the audit trail.
"""
