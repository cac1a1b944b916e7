SITENAME = Kiosque
