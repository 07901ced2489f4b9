-- What the client of the demo project was asked lies some days back: two answers, and a request that is due soon.
-- Those of the demo alone, and once: an update of the addon runs this again.
UPDATE project_signoff signoff
   SET sent_on = signoff.sent_on - INTERVAL '6 days',
       asked_on = signoff.asked_on - INTERVAL '6 days',
       answered_on = signoff.answered_on - INTERVAL '4 days',
       deadline = signoff.deadline - 5
  FROM project_project project, ir_model_data data
 WHERE data.module = 'project_lifecycle' AND data.name = 'project_aranda' AND data.res_id = signoff.project_id
   AND project.id = signoff.project_id
   AND signoff.create_date < project.create_date + INTERVAL '10 minutes'
   AND signoff.sent_on > signoff.create_date - INTERVAL '1 day';

UPDATE project_signoff_event event
   SET date = event.date - CASE WHEN event.kind = 'sent' THEN INTERVAL '6 days' ELSE INTERVAL '4 days' END
  FROM project_signoff signoff, project_project project, ir_model_data data
 WHERE signoff.id = event.signoff_id
   AND data.module = 'project_lifecycle'
   AND data.name = 'project_aranda'
   AND data.res_id = signoff.project_id
   AND project.id = signoff.project_id
   AND event.create_date < project.create_date + INTERVAL '10 minutes'
   AND event.date > event.create_date - INTERVAL '1 day';
