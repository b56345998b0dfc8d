//! The settings that are read, by their names.

macro_rules! settings {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// A setting that is read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Setting {
            $($variant),*
        }

        impl Setting {
            pub(super) const ALL: &[Self] = &[$(Self::$variant),*];

            pub(super) const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),*
                }
            }
        }
    };
}

settings! {
    SecretKey = "SECRET_KEY",
    SecretKeyFallbacks = "SECRET_KEY_FALLBACKS",
    SessionCookieName = "SESSION_COOKIE_NAME",
    SessionCookieDomain = "SESSION_COOKIE_DOMAIN",
    SessionCookiePath = "SESSION_COOKIE_PATH",
    SessionCookieSecure = "SESSION_COOKIE_SECURE",
    SessionCookieHttponly = "SESSION_COOKIE_HTTPONLY",
    SessionCookieSamesite = "SESSION_COOKIE_SAMESITE",
    SessionCookiePartitioned = "SESSION_COOKIE_PARTITIONED",
    PermanentSessionLifetime = "PERMANENT_SESSION_LIFETIME",
    SessionRefreshEachRequest = "SESSION_REFRESH_EACH_REQUEST",
    ApplicationRoot = "APPLICATION_ROOT",
    DewarCookieFormat = "DEWAR_COOKIE_FORMAT",
    DewarFormerUntil = "DEWAR_FORMER_UNTIL",
    DewarName = "DEWAR_NAME",
    DewarAllowWeakSecret = "DEWAR_ALLOW_WEAK_SECRET",
    SessionStore = "SESSION_STORE",
    SessionType = "SESSION_TYPE",
    SessionKeyPrefix = "SESSION_KEY_PREFIX",
    SessionPermanent = "SESSION_PERMANENT",
    SessionUseSigner = "SESSION_USE_SIGNER",
    SessionIdLength = "SESSION_ID_LENGTH",
    SessionSerializationFormat = "SESSION_SERIALIZATION_FORMAT",
    SessionCleanupNRequests = "SESSION_CLEANUP_N_REQUESTS",
    SessionRedis = "SESSION_REDIS",
    SessionRedisPassword = "SESSION_REDIS_PASSWORD",
    SessionRedisDb = "SESSION_REDIS_DB",
    SessionFileDir = "SESSION_FILE_DIR",
    SessionFileThreshold = "SESSION_FILE_THRESHOLD",
    SessionFileMode = "SESSION_FILE_MODE",
    SessionCachelib = "SESSION_CACHELIB",
    SessionSqlalchemy = "SESSION_SQLALCHEMY",
    SessionSqlalchemyTable = "SESSION_SQLALCHEMY_TABLE",
    SessionSqlalchemySequence = "SESSION_SQLALCHEMY_SEQUENCE",
    SessionSqlalchemySchema = "SESSION_SQLALCHEMY_SCHEMA",
    SessionSqlalchemyBindKey = "SESSION_SQLALCHEMY_BIND_KEY",
    SqlalchemyDatabaseUri = "SQLALCHEMY_DATABASE_URI",
    SessionMemcached = "SESSION_MEMCACHED",
    SessionMongodb = "SESSION_MONGODB",
    SessionMongodbDb = "SESSION_MONGODB_DB",
    SessionMongodbCollect = "SESSION_MONGODB_COLLECT",
    SessionDynamodb = "SESSION_DYNAMODB",
    SessionDynamodbTable = "SESSION_DYNAMODB_TABLE",
}

impl Setting {
    /// Those that do something only for sessions in a store, `SESSION_STORE` or `SESSION_TYPE`.
    pub(super) const IN_STORE: &[Self] = &[
        Self::DewarName,
        Self::SessionPermanent,
        Self::SessionCleanupNRequests,
        Self::SessionRedisPassword,
        Self::SessionRedisDb,
    ];

    /// Those that do something only together with `SESSION_TYPE`.
    pub(super) const WITH_TYPE: &[Self] = &[
        Self::SessionKeyPrefix,
        Self::SessionUseSigner,
        Self::SessionIdLength,
        Self::SessionSerializationFormat,
        Self::SessionRedis,
        Self::SessionFileDir,
        Self::SessionFileThreshold,
        Self::SessionFileMode,
        Self::SessionCachelib,
        Self::SessionSqlalchemy,
        Self::SessionSqlalchemyTable,
        Self::SessionSqlalchemySequence,
        Self::SessionSqlalchemySchema,
        Self::SessionSqlalchemyBindKey,
        Self::SessionMemcached,
        Self::SessionMongodb,
        Self::SessionMongodbDb,
        Self::SessionMongodbCollect,
        Self::SessionDynamodb,
        Self::SessionDynamodbTable,
    ];
}
