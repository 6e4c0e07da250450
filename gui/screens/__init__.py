"""One class a view: what ``atm_app.views`` says, painted."""
