// The review page where scripts run: one key for each act, and the chosen figure lights up.
// Keys act only while the text or the panel has the focus, and never while somebody writes.
(function () {
  "use strict";

  var review = document.querySelector(".review");
  if (!review) {
    return;
  }
  var hint = document.querySelector(".review-keys");
  if (hint) {
    hint.hidden = false;
  }

  document.addEventListener("keydown", function (event) {
    var writing = event.target.closest("input, select, textarea");
    if (event.altKey || event.ctrlKey || event.metaKey || writing || event.isComposing) {
      return;
    }
    if (!review.contains(event.target)) {
      return;
    }
    var wanted = review.querySelector('[data-key="' + event.key.toLowerCase() + '"]');
    if (/^[a-z]$/i.test(event.key) && wanted) {
      event.preventDefault();
      wanted.click();
    }
  });

  function light() {
    var body = review.querySelector("[data-figure]");
    var key = body ? body.getAttribute("data-figure") : "";
    Array.prototype.forEach.call(review.querySelectorAll(".fig[aria-current]"), function (mark) {
      mark.removeAttribute("aria-current");
    });
    var mark = key ? document.getElementById("figure-" + key) : null;
    if (mark) {
      mark.setAttribute("aria-current", "true");
      var box = mark.getBoundingClientRect();
      if (box.top < 70 || box.bottom > window.innerHeight - 20) {
        mark.scrollIntoView({ block: "center" });
      }
    }
  }

  document.addEventListener("htmx:afterSettle", function () {
    light();
    var panel = document.getElementById("panel");
    var place =
      panel.querySelector("[aria-invalid=true]") ||
      panel.querySelector(".panel-form [name=value]") ||
      panel.querySelector("[data-focus]");
    if (place) {
      place.focus({ preventScroll: place.hasAttribute("data-focus") });
    }
  });
})();
