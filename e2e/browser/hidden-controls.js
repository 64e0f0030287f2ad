/**
 * Runs in the page. Controls a pointer cannot get at even after scrolling to them: outside of the
 * window, under something else, or cut off by a box that does not scroll.
 */
export function hiddenControls() {
  const hidden = [];
  if (document.documentElement.scrollWidth > innerWidth) hidden.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${innerWidth}`);
  const nameOf = (element) => element.getAttribute('aria-label') ?? (element.textContent.trim() || element.outerHTML.slice(0, 120));
  // Inputs drawn as something else are pressed by their label.
  const faceOf = (element) => (element.matches('input[type=radio], input[type=checkbox], input[type=file]') ? (element.closest('label') ?? element) : element);
  for (const control of document.querySelectorAll('button, a[href], input, select, textarea, summary')) {
    const face = faceOf(control);
    if (control.closest('[inert]') !== null || !face.checkVisibility({ visibilityProperty: true })) continue;
    face.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    // A link that breaks over two lines has two boxes, and nothing in the middle of both.
    const [box] = face.getClientRects();
    if (box === undefined || box.width <= 1 || box.height <= 1) continue;
    const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const isReached = at !== null && (face.contains(at) || at.contains(face));
    if (!isReached || box.left < -1 || box.right > innerWidth + 1) hidden.push(`${nameOf(face)}: ${Math.round(box.left)} to ${Math.round(box.right)}, ${at === null ? 'outside' : `under ${at.tagName} ${at.className}`}`);
  }
  return hidden;
}
