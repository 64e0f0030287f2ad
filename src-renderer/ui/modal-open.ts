/** Whether anything lies over the page that has to be answered or closed first. */
export function isModalOpen(): boolean {
  return document.querySelector('[data-modal]') !== null;
}
