import { rpcBus } from "@web/core/network/rpc";

const running = new Set();
rpcBus.addEventListener("RPC:REQUEST", ({ detail }) => running.add(detail.data.id));
rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => running.delete(detail.data.id));

/**
 * Steps that wait longer than Odoo's ten seconds for what they look for: a busy machine is slow, not wrong.
 *
 * @param {Object[]} steps of a tour
 * @returns {Object[]} the same, each waiting up to 45 seconds unless it says otherwise
 */
export function patient(steps) {
    return steps.map((step) => ({ timeout: 45000, ...step }));
}

/** Wait until the page has asked the server for nothing for a second: what it shows then stays. */
export async function waitForQuiet() {
    for (let quiet = 0; quiet < 5; quiet++) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        quiet = running.size ? -1 : quiet;
    }
}
