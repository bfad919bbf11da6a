/** Sixty strings that would run a script, break out of an attribute or upset a parser, were they ever taken for more than text. */
const CALL = "window.__hit=1";
const CORE = [
  `<script>${CALL}</script>`, `<img src=x onerror=${CALL}>`, `<svg onload=${CALL}>`, `<body onload=${CALL}>`, `<iframe srcdoc="<script>parent.__hit=1</script>">`, `<iframe src="javascript:parent.__hit=1">`,
  `"><script>${CALL}</script>`, `'><img src=x onerror=${CALL}>`, `" onmouseover="${CALL}`, `' autofocus onfocus='${CALL}`, `</title><script>${CALL}</script>`, `</textarea><script>${CALL}</script>`, `</style><script>${CALL}</script>`,
  `</script><script>${CALL}</script>`, `<a href="javascript:${CALL}">x</a>`, `javascript:${CALL}`, `data:text/html,<script>${CALL}</script>`, `vbscript:msgbox(1)`, `<details open ontoggle=${CALL}>`, `<video><source onerror=${CALL}>`,
  `<math><mtext><script>${CALL}</script>`, `<object data="javascript:${CALL}">`, `<embed src="javascript:${CALL}">`, `<form action="javascript:${CALL}"><button>`, `<input onfocus=${CALL} autofocus>`, `<marquee onstart=${CALL}>`, `<link rel=import href="data:text/html,x">`,
  `<base href="javascript:/">`, `<meta http-equiv=refresh content="0;url=javascript:${CALL}">`, `<style>@import 'javascript:${CALL}'</style>`, `<template><script>${CALL}</script></template>`, `<noscript><p title="</noscript><img src=x onerror=${CALL}>">`,
  `{{constructor.constructor('${CALL}')()}}`, `\${${CALL}}`, `#{${CALL}}`, `<%= ${CALL} %>`, `[[${CALL}]]`, `\`-${CALL}-\``, `';${CALL};'`, `";${CALL};"`, `\\";${CALL};//`, `*/${CALL}/*`, `__proto__`, `constructor`, `{"__proto__":{"x":1}}`, `%3Cscript%3E${CALL}%3C/script%3E`,
  `&lt;script&gt;${CALL}&lt;/script&gt;`, `&#60;script&#62;`, `\u202Etxt.exe`, `\uFEFF<script>${CALL}</script>`, `<scr\u00ADipt>${CALL}</script>`, `＜script＞${CALL}＜/script＞`, `=HYPERLINK("javascript:${CALL}")`, `=cmd|' /C calc'!A0`, `@SUM(1+1)`, `../../../etc/passwd`, `; DROP TABLE trial_detail; --`,
  `' OR '1'='1`, `<img src="x\` \`<script>${CALL}</script>"\` \`>`, `<x onclick=${CALL}>#<img src=x onerror=${CALL}></x>`,
];
export const HOSTILE = CORE;
