-- One entry. Times are milliseconds from now; '' is for ever, and 0 or less is over.

local function is_over(ttl)
  return ttl ~= '' and tonumber(ttl) <= 0
end

local function put(key, payload, ttl)
  if ttl == '' then
    redis.call('SET', key, payload)
  elseif is_over(ttl) then
    redis.call('DEL', key)
  else
    redis.call('SET', key, payload, 'PX', ttl)
  end
end
