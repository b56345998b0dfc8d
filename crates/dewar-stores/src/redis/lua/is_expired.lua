-- Whether a member of an index has expired: its TTL has passed, and a minute more (or the TTL once more if that is shorter).
local function is_expired(member, joined, now)
  local ttl = tonumber(string.match(member, '^%d+')) or 60
  return joined + (ttl + math.min(ttl, 60)) * 1000000 < now
end

