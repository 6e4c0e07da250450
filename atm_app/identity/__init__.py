"""Who the customer is: policies, the checks of each factor, lockout, one-time codes and their delivery, enrolment."""
