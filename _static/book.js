/* Printing: open every solution, hint and answer and use the light page; afterwards put all back. */
(() => {
  const page = document.documentElement;
  let theme, closed;
  addEventListener("beforeprint", () => {
    theme = page.dataset.theme;
    page.dataset.theme = "light";
    closed = [...document.querySelectorAll("article details:not([open], .above-input)")];
    closed.forEach((box) => (box.open = true));
  });
  addEventListener("afterprint", () => {
    page.dataset.theme = theme;
    closed.forEach((box) => (box.open = false));
  });
})();

/* A link to what stands in a closed box opens the box, as newer browsers do themselves; so
   does a search, if the words are in closed boxes only. */
(() => {
  const reveal = (place) => {
    for (let box = place; (box = box.closest("details:not([open])")); ) box.open = true;
  };
  const follow = () => {
    const place = document.querySelector("article :target");
    if (!place?.closest("details:not([open])")) return;
    reveal(place);
    place.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  const unfold = () => {
    const found = [...document.querySelectorAll("article .highlighted")];
    if (!found.some((word) => word.checkVisibility())) found.forEach((word) => reveal(word));
  };
  addEventListener("load", () => {
    follow();
    // Sphinx marks the words 10 ms after the page is read, which is before this.
    setTimeout(unfold, 20);
  });
})();
