"""Error rates of any biometric comparison and their report, in the terms of ISO/IEC 19795-1. No kiosk loads this."""
