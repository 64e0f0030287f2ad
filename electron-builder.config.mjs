/**
 * Packages of the desktop app. Each platform is built on a machine of its own: sharp's library comes
 * for the machine it was installed on.
 */

/** For tests that drive a packaged app; a release refuses to be inspected. */
const canBeInspected = process.env.LARDER_E2E_BUILD === '1';

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'org.larder.Larder',
  productName: 'Larder',
  executableName: 'larder',
  directories: { output: 'dist', buildResources: 'resources/icons' },
  icon: 'resources/icons/larder.png',
  // A Debian package must name a page and a person; whoever publishes one says which.
  extraMetadata: { homepage: process.env.LARDER_HOMEPAGE ?? 'https://example.org' },
  // Native parts are Node-API: nothing has to be built for Electron.
  npmRebuild: false,
  asar: true,
  files: [
    'out/**',
    'package.json',
    '!out/main/compiled/**',
    '!**/*.map',
    '!**/better-sqlite3/{deps,src}/**',
    '!**/better-sqlite3/prebuilds/!(${platform}-${arch}).node',
    '!**/node-addon-api/**',
    '!**/sharp/{src,install}/**',
    '!**/@img/**/{glib-2.0,include}/**',
  ],
  // libvips is named `….so.8.18.7`, which the packer does not know for a library; packed it cannot be loaded.
  asarUnpack: ['**/node_modules/@img/**', '**/node_modules/better-sqlite3/prebuilds/**'],
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: canBeInspected,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
    enableCookieEncryption: true,
    loadBrowserProcessSpecificV8Snapshot: false,
  },
  // The old runtime of AppImages needs libfuse2 and always switches the sandbox off.
  toolsets: { appimage: '1.0.3' },
  linux: {
    target: ['deb', 'AppImage'],
    category: 'Science',
    maintainer: process.env.LARDER_MAINTAINER ?? 'Larder <nobody@example.org>',
    synopsis: 'Builds, shows, checks and repairs preprocessed training caches',
    syncDesktopName: true,
  },
  mac: {
    target: ['dmg', 'zip'],
    category: 'public.app-category.developer-tools',
    minimumSystemVersion: '13.0',
    hardenedRuntime: true,
    entitlements: 'resources/entitlements.mac.plist',
    entitlementsInherit: 'resources/entitlements.mac.plist',
  },
  win: { target: [{ target: 'nsis', arch: ['x64', 'arm64'] }] },
  nsis: { oneClick: false, perMachine: false },
};
