"""The window of the branch: sign-in, and a page for each desk of ``atm_app/branch``. English alone."""
