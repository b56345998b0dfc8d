-- The owner record of an entry has the TTL of the entry.
local function set_ttl(key, ttl)
  if ttl == '' then redis.call('PERSIST', key) else redis.call('PEXPIRE', key, ttl) end
end

