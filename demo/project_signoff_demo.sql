-- What the client of the demo project was asked lies some days back: two answers, and a request that is due soon.
UPDATE project_signoff signoff
   SET sent_on = signoff.sent_on - INTERVAL '6 days',
       asked_on = signoff.asked_on - INTERVAL '6 days',
       answered_on = signoff.answered_on - INTERVAL '4 days',
       deadline = signoff.deadline - 5
  FROM ir_model_data data
 WHERE data.module = 'project_lifecycle' AND data.name = 'project_aranda' AND data.res_id = signoff.project_id;

UPDATE project_signoff_event event
   SET date = event.date - CASE WHEN event.kind = 'sent' THEN INTERVAL '6 days' ELSE INTERVAL '4 days' END
  FROM project_signoff signoff, ir_model_data data
 WHERE signoff.id = event.signoff_id
   AND data.module = 'project_lifecycle'
   AND data.name = 'project_aranda'
   AND data.res_id = signoff.project_id;
