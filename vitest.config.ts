import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "#crypto": fileURLToPath(new URL("./src/crypto/native.ts", import.meta.url)) } },
  test: { include: ["test/**/*.test.ts"], testTimeout: 30_000, hookTimeout: 60_000, reporters: ["default"] },
});
