"""What each state of the flow does, a class a state: outside a session, who the customer is, what they want."""
