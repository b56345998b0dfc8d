// When the stream ends, the user has logged out: the page is loaded again, and shows the login.
const ticks = new EventSource("/ticks");
ticks.onmessage = tick => { document.querySelector("output").textContent = tick.data; };
ticks.onerror = () => { ticks.close(); location.reload(); };
