// Brings the design system's own behaviour to a page; without it every page works as it is.
import { initAll } from "/static/govuk.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
initAll();
