export function ownTests(): void {}
