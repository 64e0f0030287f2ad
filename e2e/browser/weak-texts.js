/**
 * Runs in the page. Texts whose contrast with their ground is below 4.5 (WCAG 2.2, 1.4.3; relative
 * luminance as defined there), each with its contrast.
 */
export function weakTexts() {
  const numbers = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [r, g, b] = numbers(color)
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (numbers(backgroundColor)[3] !== 0) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const weak = [];
  let looked = 0;
  for (const element of document.querySelectorAll('body *')) {
    if (!Array.from(element.childNodes).some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== '')) continue;
    looked++;
    const style = getComputedStyle(element);
    const text = luminance(element instanceof SVGElement ? style.fill : style.color);
    const ground = luminance(groundOf(element));
    const contrast = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    if (contrast < 4.5) weak.push(`${element.textContent}: ${contrast.toFixed(2)}`);
  }
  return looked === 0 ? ['there is no text at all'] : weak;
}
