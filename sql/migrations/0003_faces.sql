-- Faces that learn from visits in which every factor passed.

-- source: an enrolment, or a step towards the face of such a visit. The latest enrolled version bounds every learned one.
ALTER TABLE template ADD COLUMN source VARCHAR(16) NOT NULL DEFAULT 'enrolled' CHECK (source IN ('enrolled', 'learned'));

CREATE INDEX active_of_kind ON template (kind, active, id);
