/** Opens the catalog named in the first argument, which brings it up to date, and closes it: what every command begins with. */
import { openCatalog } from '../../../src-main/catalog/index.ts';

openCatalog({ path: process.argv[2]! }).close();
