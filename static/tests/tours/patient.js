/**
 * Steps that wait longer than Odoo's ten seconds for what they look for: a busy machine is slow, not wrong.
 *
 * @param {Object[]} steps of a tour
 * @returns {Object[]} the same, each waiting up to 45 seconds unless it says otherwise
 */
export function patient(steps) {
    return steps.map((step) => ({ timeout: 45000, ...step }));
}
