/** Whether a text is of ASCII characters only: most are, and have no look-alikes, marks or other alphabets. */
export function isAscii(text: string): boolean {
  return !/[\u0080-\uffff]/.test(text);
}
