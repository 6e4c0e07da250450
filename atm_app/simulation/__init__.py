"""The seeded world: fakes of every port under the real controller and services, customers, staff and faults."""
