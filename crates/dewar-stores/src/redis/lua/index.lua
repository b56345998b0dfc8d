-- Whose entries are whose; nothing of it with the prefix ''.
--
-- <prefix>of:<key> names the owner of an entry and lasts as long as the entry. The sorted set <prefix>owner:<owner> holds the keys
-- of an owner in the order in which they came, and lasts as long as the last of them. Keys in it may be dead: living drops them.

local function of(prefix, key)
  return prefix .. 'of:' .. key
end

local function index_of(prefix, owner)
  return prefix .. 'owner:' .. owner
end

-- Gives the owner that was left, and the key's place among the others.
local function leave(prefix, key)
  local owner = redis.call('GET', of(prefix, key))
  if not owner then return false, false end
  local index = index_of(prefix, owner)
  local place = redis.call('ZSCORE', index, key)
  redis.call('DEL', of(prefix, key))
  redis.call('ZREM', index, key)
  return owner, place
end

local function lengthen(index, ttl)
  local left = redis.call('PTTL', index)
  if ttl == '' then
    redis.call('PERSIST', index)
  elseif left >= 0 and left < tonumber(ttl) then
    redis.call('PEXPIRE', index, ttl)
  end
end

local function join(prefix, key, owner, ttl, place)
  local index = index_of(prefix, owner)
  local last = redis.call('ZRANGE', index, -1, -1, 'WITHSCORES')[2]
  put(of(prefix, key), owner, ttl)
  redis.call('ZADD', index, place or (last or 0) + 1, key)
  if last or ttl == '' then
    lengthen(index, ttl)
  else
    redis.call('PEXPIRE', index, ttl)
  end
end

-- After an entry was written under `to` in place of `from`: it keeps its place if it keeps its owner.
local function move(prefix, from, to, owner, ttl)
  if prefix == '' then return end
  local before, place = leave(prefix, from)
  if owner and not is_over(ttl) then
    join(prefix, to, owner, ttl, before == owner and place or nil)
  end
end

local function extend(prefix, key, ttl)
  redis.call('PEXPIRE', key, ttl)
  local owner = prefix ~= '' and redis.call('GET', of(prefix, key))
  if owner then
    redis.call('PEXPIRE', of(prefix, key), ttl)
    lengthen(index_of(prefix, owner), ttl)
  end
end

local function living(prefix, owner)
  local index = index_of(prefix, owner)
  local keys = {}
  for _, key in ipairs(redis.call('ZRANGE', index, 0, -1)) do
    if redis.call('GET', of(prefix, key)) == owner and redis.call('EXISTS', key) == 1 then
      keys[#keys + 1] = key
    else
      redis.call('ZREM', index, key)
    end
  end
  return keys
end

local function drop(prefix, key)
  redis.call('DEL', key)
  leave(prefix, key)
end
