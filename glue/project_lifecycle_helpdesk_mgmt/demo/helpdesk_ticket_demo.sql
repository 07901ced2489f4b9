-- tickets of the months before: Odoo sets the day of creation itself
UPDATE helpdesk_ticket SET create_date = create_date - INTERVAL '3 months'
 WHERE id = (SELECT res_id FROM ir_model_data WHERE module = 'project_lifecycle_helpdesk_mgmt' AND name = 'ticket_porto_1');
UPDATE helpdesk_ticket SET create_date = create_date - INTERVAL '1 month'
 WHERE id = (SELECT res_id FROM ir_model_data WHERE module = 'project_lifecycle_helpdesk_mgmt' AND name = 'ticket_porto_2');
