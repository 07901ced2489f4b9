-- Decisions keep the moment in which they were made. Those of the demo projects were made on the day on which the step ended.
UPDATE project_gate_decision decision
   SET date = COALESCE(step.date_end, step.date_start + 7) + TIME '15:00' + decision.id * INTERVAL '1 second'
  FROM project_lifecycle_step step, ir_model_data data
 WHERE step.id = decision.step_id
   AND data.module = 'project_lifecycle'
   AND data.model = 'project.project'
   AND data.res_id = decision.project_id
   AND data.name IN ('project_aranda', 'project_brightwater', 'project_calder', 'project_vega', 'project_porto', 'project_nitzan', 'project_solaris', 'project_lumen');
