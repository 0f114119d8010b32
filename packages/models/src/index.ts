export type * from './driver.ts';
export {
  type CatalogEntry,
  type DriverLoader,
  type ModelSelection,
  type ModelService,
  UnknownModelError,
} from './service.ts';
