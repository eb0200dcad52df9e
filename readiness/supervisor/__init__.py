"""What `manage.py up` is made of: check the surroundings, prepare, start the processes, keep them running."""
