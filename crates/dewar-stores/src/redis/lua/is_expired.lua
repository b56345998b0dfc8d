-- Whether a member of an index has expired: one minute after its TTL, or after twice its TTL if that is earlier.
local function is_expired(member, joined, now)
  local ttl = tonumber(string.match(member, '^%d+')) or 60
  return joined + (ttl + math.min(ttl, 60)) * 1000000 < now
end

