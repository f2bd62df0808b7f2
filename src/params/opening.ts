// What a bare address opens with: a window that hides something. The address then says so, and any parameter switches it off.
// The recorded opening picture (`tools/build-opening.ts`) shows exactly this setting.
export const OPENING_SETTING = { left: 16, right: 16 } as const;
