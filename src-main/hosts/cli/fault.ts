/** What is said of a fault of Larder itself: only bugs have stacks, and only for whoever asks for them. */
export function faultText(error: unknown, environment: NodeJS.ProcessEnv): string {
  if (environment['LARDER_DEBUG'] !== undefined && error instanceof Error) return error.stack ?? error.message;
  return 'This is a fault of Larder itself. Run again with LARDER_DEBUG=1 and report what it prints.';
}
