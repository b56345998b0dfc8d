-- Stores a payload. The TTL is in milliseconds; '' is no expiry, and '0' has expired: nothing is left.
local function save(key, payload, ttl)
  if ttl == '' then
    redis.call('SET', key, payload)
  elseif ttl == '0' then
    redis.call('DEL', key)
  else
    redis.call('SET', key, payload, 'PX', ttl)
  end
end

