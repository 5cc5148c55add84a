// Five minutes before a sign-in ends, the page says so. Without this file nothing else changes.
(function () {
  "use strict";

  var box = document.getElementById("session-warning");
  if (!box) {
    return;
  }
  var ends = Number(box.getAttribute("data-ends"));

  function look() {
    box.hidden = ends * 1000 - Date.now() > 300000;
  }

  function hear(text) {
    if (text) {
      ends = Number(text);
      look();
    }
  }

  document.addEventListener("htmx:afterRequest", function (event) {
    hear(event.detail.xhr.getResponseHeader("X-Session-Ends"));
  });
  box.querySelector("[data-stay]").addEventListener("click", function (event) {
    // What was typed stays: the page is asked for once more, but not shown anew.
    event.preventDefault();
    window.fetch(window.location.href, { method: "HEAD", credentials: "same-origin" }).then(
      function (response) {
        if (response.redirected) {
          window.location.reload();
        }
        hear(response.headers.get("X-Session-Ends"));
      }
    );
  });
  window.setInterval(look, 15000);
  look();
})();
