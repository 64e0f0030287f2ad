/** Runs in the page. Parts that move or fade by themselves, or would when they change. */
export function movingParts() {
  const moving = document.getAnimations().map((animation) => `an animation of ${animation.effect?.target?.className ?? 'something'}`);
  for (const element of document.querySelectorAll('body *')) {
    const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
    if (transitionDuration.split(', ').some((time) => parseFloat(time) > 0) || animationName !== 'none' || scrollBehavior === 'smooth') moving.push(`${element.tagName} ${element.className}: ${transitionDuration}, ${animationName}, ${scrollBehavior}`);
  }
  return moving;
}
