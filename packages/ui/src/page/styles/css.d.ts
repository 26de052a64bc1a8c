/** Vite puts style sheets into the bundle. */
declare module '*.css';
