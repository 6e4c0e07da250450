"""What staff do at the branch: who they are, what each role may, what takes two, and the services of their console."""
