/** Of the ECS OpenAPI that client and server speak. */
export const ECS_VERSION = '2014-05-26'
