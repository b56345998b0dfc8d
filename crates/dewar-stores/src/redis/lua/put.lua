-- Times to live are milliseconds; '' is for ever, and '0' is over.
local function put(key, payload, ttl)
  if ttl == '' then
    redis.call('SET', key, payload)
  elseif ttl == '0' then
    redis.call('DEL', key)
  else
    redis.call('SET', key, payload, 'PX', ttl)
  end
end

